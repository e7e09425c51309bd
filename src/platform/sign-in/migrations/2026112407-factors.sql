-- Initial passwords, invitations, second factors, passkeys, identities of other providers.

alter table sign_in.account
  -- Null: nobody signs in by password (invited and not yet answered, or only by another provider).
  alter column password_hash drop not null,
  -- The password was set by an administrator: the person must choose one at the first sign-in.
  add column must_change boolean not null default false,
  -- An initial password works until then.
  add column password_until timestamptz(3),
  add column disabled_because text;

alter table sign_in.session
  -- A step that is still to be taken; until then the session is nobody.
  add column owes text check (owes in ('second-factor', 'new-password', 'enrolment')),
  -- When the person last proved who they are: sensitive acts ask for a recent proof.
  add column proven_at timestamptz(3),
  add column method text not null default 'password' check (method in ('password', 'totp', 'recovery', 'passkey', 'provider', 'other'));
update sign_in.session set proven_at = created_at;

create table sign_in.invitation (
  invitation_id uuid           primary key,
  account_id    uuid           not null references sign_in.account (account_id),
  -- SHA-256 of the token in the link.
  token_hash    text           not null unique,
  created_at    timestamptz(3) not null,
  expires_at    timestamptz(3) not null,
  used_at       timestamptz(3)
);
create index invitation_by_account on sign_in.invitation (account_id);

create table sign_in.totp (
  person_id     uuid           primary key,
  -- Sealed by the vault.
  secret_sealed text           not null,
  -- Null while the first code has not been given: not yet a factor.
  confirmed_at  timestamptz(3),
  -- The last time step that was used: no code works twice.
  last_step     bigint         not null default 0,
  created_at    timestamptz(3) not null
);

create table sign_in.recovery_code (
  person_id  uuid           not null,
  code_hash  text           not null,
  created_at timestamptz(3) not null,
  used_at    timestamptz(3),
  primary key (person_id, code_hash)
);

create table sign_in.passkey (
  passkey_id    uuid           primary key,
  person_id     uuid           not null,
  credential_id text           not null unique,
  public_key    bytea          not null,
  counter       bigint         not null,
  transports    jsonb          not null,
  name          text           not null,
  backed_up     boolean        not null,
  created_at    timestamptz(3) not null,
  last_used_at  timestamptz(3)
);
create index passkey_by_person on sign_in.passkey (person_id);

-- What was asked of a browser and must come back: once, and soon.
create table sign_in.challenge (
  challenge_id uuid           primary key,
  purpose      text           not null check (purpose in ('passkey-register', 'passkey-enter', 'provider')),
  -- The person for whom it was made; null before anybody is known.
  person_id    uuid,
  secret       text           not null,
  details      jsonb          not null default '{}',
  expires_at   timestamptz(3) not null
);
create index challenge_by_expiry on sign_in.challenge (expires_at);

create table sign_in.outside_identity (
  issuer    text           not null,
  subject   text           not null,
  person_id uuid           not null,
  linked_at timestamptz(3) not null,
  primary key (issuer, subject)
);
create index outside_identity_by_person on sign_in.outside_identity (person_id);
