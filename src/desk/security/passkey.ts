/** The browser's own passkey dialogue, between the two calls that surround it. */
import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { call } from '../call.ts'
import {
  enterByPasskey,
  passkeyOptions,
  passkeyRegisterOptions,
  registerPasskey,
  type SessionState,
} from './endpoints.ts'

export const supportsPasskeys = browserSupportsWebAuthn

/** Thrown when the person closed the dialogue, or the device has no fitting passkey. */
export class PasskeyGivenUp extends Error {
  override readonly name = 'PasskeyGivenUp'
}
const orGivenUp = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch {
    throw new PasskeyGivenUp('the passkey dialogue ended without an answer')
  }
}

/** Signs in, takes the second step, or proves who one is once more: the server knows which. */
export const answerByPasskey = async (): Promise<SessionState> => {
  const { challengeId, options } = await call(passkeyOptions, {})
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON
  const response = await orGivenUp(startAuthentication({ optionsJSON }))
  return call(enterByPasskey, { body: { challengeId, response: { ...response } } })
}
/** Adds a passkey; gives recovery codes when it is the first factor. */
export const addPasskey = async (name: string): Promise<readonly string[]> => {
  const { challengeId, options } = await call(passkeyRegisterOptions, {})
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON
  const response = await orGivenUp(startRegistration({ optionsJSON }))
  return (await call(registerPasskey, { body: { challengeId, name, response: { ...response } } })).recoveryCodes
}
