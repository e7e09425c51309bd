/** Passkeys (WebAuthn Level 3): adding, signing in with nothing else, proving who one is once more, removing. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import type { Id, PersonId } from '../../kernel/identity.ts'
import { addMs } from '../../kernel/time.ts'
import { type ServedRoute, type WebCall, webRoute } from '../http/serve-endpoint.ts'
import { newId } from '../identity.ts'
import { type Doors, sessionOf } from './doors.ts'
import {
  enterByPasskey,
  passkeyAdded,
  passkeyMissing,
  passkeyOptions,
  passkeyRefused,
  passkeyRegisterOptions,
  passkeyRemoved,
  provedAgain,
  registerPasskey,
  removePasskey,
} from './factor-contract.ts'
import {
  type Challenge,
  deletePasskey,
  factorsOf,
  insertChallenge,
  insertPasskey,
  lockPasskey,
  passkeysOf,
  replaceRecoveryCodes,
  takeChallenge,
  usedPasskey,
} from './factor-store.ts'
import { makeRecoveryCodes } from './factors.ts'
import { accountOfPerson, sessionProven } from './store.ts'

const CHALLENGE_MS = 5 * 60_000

/** Loaded by the first passkey: reading its certificate formats takes longer than any other library of the server. */
const webauthn = () => import('@simplewebauthn/server')

const clientData = z.object({
  id: z.string(),
  rawId: z.string(),
  type: z.literal('public-key'),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
})
const registration = clientData.extend({
  response: z.object({
    clientDataJSON: z.string(),
    attestationObject: z.string(),
    transports: z.array(z.string().max(40)).max(10).optional(),
  }),
})
const assertion = clientData.extend({
  response: z.object({
    clientDataJSON: z.string(),
    authenticatorData: z.string(),
    signature: z.string(),
    userHandle: z.string().optional(),
  }),
})
const parsed = <T>(shape: z.ZodType<T>, value: unknown): T => {
  const result = shape.safeParse(value)
  if (!result.success) throw passkeyRefused()
  return result.data
}
/** Whatever is wrong with a response, the answer is one and the same. */
const orRefused = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch {
    throw passkeyRefused()
  }
}

export const passkeyRoutes = (doors: Doors): readonly ServedRoute[] => {
  const { platform, clock } = doors
  const expectedOrigin = new URL(platform.config.publicUrl).origin
  const rpId = new URL(platform.config.publicUrl).hostname
  const about = (personId: PersonId) => ({ subject: { kind: 'person', id: personId }, payload: { personId } })

  const ask = async (purpose: Challenge['purpose'], personId: PersonId | null, secret: string) => {
    const challengeId: Id<'challenge'> = newId()
    const expiresAt = addMs(clock(), CHALLENGE_MS)
    await insertChallenge(platform.db, { challengeId, purpose, personId, secret, details: {}, expiresAt })
    return challengeId
  }
  const asRecord = (value: object): Record<string, unknown> => ({ ...value })

  const registerOptions = async (call: WebCall) => {
    const { personId } = sessionOf(call)
    const account = await accountOfPerson(platform.db, personId)
    const known = await passkeysOf(platform.db, personId)
    const name = call.actor.kind === 'person' ? call.actor.name : personId
    const { generateRegistrationOptions } = await webauthn()
    const options = await generateRegistrationOptions({
      rpName: '明筑 Mingzhu',
      rpID: rpId,
      userName: account?.login ?? name,
      userDisplayName: name,
      userID: new TextEncoder().encode(personId).slice(),
      attestationType: 'none',
      excludeCredentials: known.map((each) => ({ id: each.credentialId, transports: [...each.transports] })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    return { challengeId: await ask('passkey-register', personId, options.challenge), options: asRecord(options) }
  }
  const register = async (
    call: WebCall,
    body: { challengeId: string; name: string; response: Record<string, unknown> },
  ) => {
    const { personId } = sessionOf(call)
    const challenge = await takeChallenge(platform.db, body.challengeId, 'passkey-register', clock())
    if (challenge === null || challenge.personId !== personId) throw passkeyRefused()
    const response = parsed(registration, body.response) as RegistrationResponseJSON
    const { verifyRegistrationResponse } = await webauthn()
    const verified = await orRefused(
      verifyRegistrationResponse({
        response,
        expectedChallenge: challenge.secret,
        expectedOrigin,
        expectedRPID: rpId,
        requireUserVerification: true,
      }),
    )
    if (!verified.verified) throw passkeyRefused()
    const { credential, credentialBackedUp } = verified.registrationInfo
    return platform.transact(
      call.actor,
      async (unit) => {
        const isFirst = !(await factorsOf(unit.db, personId)).has
        const added = await insertPasskey(unit.db, {
          passkeyId: unit.newId(),
          personId,
          credentialId: credential.id,
          publicKey: Buffer.from(credential.publicKey),
          counter: credential.counter,
          transports: credential.transports ?? [],
          name: body.name,
          backedUp: credentialBackedUp,
          createdAt: clock(),
          lastUsedAt: null,
        })
        if (!added) throw passkeyRefused()
        await unit.record(passkeyAdded, about(personId))
        await doors.advance(unit, call, false)
        return { recoveryCodes: isFirst ? await makeRecoveryCodes(unit, personId, clock()) : [] }
      },
      { traceId: call.traceId },
    )
  }

  /** Challenges say nothing about who has a passkey: the browser finds its own by the site. */
  const enterOptions = async () => {
    const { generateAuthenticationOptions } = await webauthn()
    const options = await generateAuthenticationOptions({ rpID: rpId, userVerification: 'required' })
    return { challengeId: await ask('passkey-enter', null, options.challenge), options: asRecord(options) }
  }
  /** Gives whose passkey answered. Its counter must grow where it counts at all: a copy would fall behind. */
  const verifiedPerson = async (body: { challengeId: string; response: Record<string, unknown> }) => {
    const challenge = await takeChallenge(platform.db, body.challengeId, 'passkey-enter', clock())
    if (challenge === null) throw passkeyRefused()
    const response = parsed(assertion, body.response) as AuthenticationResponseJSON
    const { verifyAuthenticationResponse } = await webauthn()
    return platform.transact({ kind: 'system', name: 'sign-in' }, async (unit) => {
      const passkey = await lockPasskey(unit.db, response.id)
      if (passkey === null) throw passkeyRefused()
      const { verified, authenticationInfo } = await orRefused(
        verifyAuthenticationResponse({
          response,
          expectedChallenge: challenge.secret,
          expectedOrigin,
          expectedRPID: rpId,
          requireUserVerification: true,
          credential: {
            id: passkey.credentialId,
            publicKey: new Uint8Array(passkey.publicKey).slice(),
            counter: passkey.counter,
            transports: [...passkey.transports],
          },
        }),
      )
      if (!verified) throw passkeyRefused()
      await usedPasskey(unit.db, passkey.passkeyId, authenticationInfo.newCounter, clock())
      return passkey.personId
    })
  }
  const enter = async (call: WebCall, body: { challengeId: string; response: Record<string, unknown> }) => {
    const personId = await verifiedPerson(body)
    const { session, owing } = call.caller
    if (session !== null && owing === undefined && session.personId === personId && session.provenAt !== null) {
      await platform.transact(call.actor, async (unit) => {
        await sessionProven(unit.db, session.sessionId, clock())
        await unit.record(provedAgain, about(personId))
      })
      return doors.shown(call)
    }
    const account = await accountOfPerson(platform.db, personId)
    if (account?.disabled === true) throw passkeyRefused()
    return doors.admit(call, {
      personId,
      method: 'passkey',
      factorProven: true,
      mustChange: false,
      wantsToken: call.caller.via === 'bearer',
      subject: { kind: 'account', id: account?.accountId ?? personId },
    })
  }
  return [
    webRoute(passkeyRegisterOptions, registerOptions),
    webRoute(registerPasskey, (call, { body }) => register(call, body)),
    webRoute(passkeyOptions, enterOptions),
    webRoute(enterByPasskey, (call, { body }) => enter(call, body)),
    webRoute(removePasskey, async (call, { params }) => {
      const { personId } = sessionOf(call)
      await platform.transact(call.actor, async (unit) => {
        if (!(await deletePasskey(unit.db, personId, params.passkeyId))) throw passkeyMissing()
        if (!(await factorsOf(unit.db, personId)).has) await replaceRecoveryCodes(unit.db, personId, [], clock())
        await unit.record(passkeyRemoved, about(personId))
      })
      return undefined
    }),
  ]
}
