create schema if not exists sign_in;

-- How a person proves who it is. Who the person is stands in another capability.
create table sign_in.account (
  account_id          uuid           primary key,
  person_id           uuid           not null unique,
  -- As typed, for showing; `login_key` is what is compared (normalised, lower case).
  login               text           not null,
  login_key           text           not null unique,
  password_hash       text           not null,
  password_changed_at timestamptz(3) not null,
  disabled            boolean        not null default false,
  created_at          timestamptz(3) not null
);

-- Failures by login, whether or not there is such an account: the answer must not tell.
create table sign_in.attempt (
  login_hash   text           primary key,
  failed_count integer        not null,
  last_failed  timestamptz(3) not null,
  locked_until timestamptz(3)
);
create index attempt_by_age on sign_in.attempt (last_failed);

create table sign_in.session (
  session_id uuid           primary key,
  -- SHA-256 of the token; the token itself is known to the browser alone.
  token_hash text           not null unique,
  person_id  uuid           not null,
  created_at timestamptz(3) not null,
  last_seen  timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  user_agent text           not null,
  ip_address text           not null
);
create index session_by_person on sign_in.session (person_id);
create index session_by_expiry on sign_in.session (expires_at);

-- Long-lived tokens of programs that act for a person.
create table sign_in.api_token (
  token_id   uuid           primary key,
  token_hash text           not null unique,
  person_id  uuid           not null,
  name       text           not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);
create index api_token_by_person on sign_in.api_token (person_id);
