import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base64Of, bytesOfBase64, bytesOfHex, hexOf, utf8 } from './bytes.ts'
import { canonicalJson } from './canonical.ts'
import { type LeafEntry, leafHashOf, leafOf, personalDigestOf } from './entry-leaf.ts'
import {
  checkpointText,
  keyIdOf,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  signNote,
  verifierKeyText,
} from './note.ts'
import { consistencyProof, inclusionProof, type NodeAt } from './proof.ts'
import { sha256 } from './sha256.ts'
import { foldHashes, parseTilePath, placeOfNode, TILE_WIDTH, tileInTree, tilePath } from './tiles.ts'
import {
  append,
  emptyFrontier,
  frontierRoot,
  leafHash,
  nodeHash,
  packFrontier,
  rootOf,
  unpackFrontier,
} from './tree.ts'
import { verifyConsistency, verifyInclusion } from './verify.ts'

const fast = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

/** MTH and its proofs exactly as RFC 6962 writes them, as the reference to compare with. */
const split = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1)
const mth = (d: readonly Uint8Array[]): Uint8Array =>
  d.length === 0
    ? fast(new Uint8Array())
    : d.length === 1
      ? (d[0] as Uint8Array)
      : nodeHash(mth(d.slice(0, split(d.length))), mth(d.slice(split(d.length))), fast)

const leaves = Array.from({ length: 300 }, (_, at) => leafHash(utf8(`leaf ${at}`), fast))
const kept = new Map<string, Uint8Array>()
const nodeAt: NodeAt = (level, index) => {
  const key = `${level}/${index}`
  const found = kept.get(key) ?? foldHashes(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level), fast)
  kept.set(key, found)
  return found
}
const roots = Array.from({ length: 301 }, (_, size) => rootOf(leaves.slice(0, size), fast))
const at = <T>(list: readonly T[], index: number): T => list[index] as T
const mutated = (hash: Uint8Array): Uint8Array => hash.map((byte, index) => (index === 7 ? byte ^ 1 : byte))

describe('the digest', () => {
  test('is SHA-256', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(hexOf(sha256(bytes))).toBe(hexOf(fast(bytes)))
      }),
    )
    expect(hexOf(sha256(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

describe('the tree', () => {
  // The reference leaves and roots of the certificate-transparency code.
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
  const published = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]
  test('has the published roots of RFC 6962 implementations', () => {
    const hashes = inputs.map((hex) => leafHash(bytesOfHex(hex)))
    expect(published.map((_, index) => hexOf(rootOf(hashes.slice(0, index + 1))))).toEqual(published)
    expect(hexOf(rootOf([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  test('has the root that the recursive definition gives, at every size up to 300', () => {
    for (let size = 0; size <= 300; size += 1) expect(hexOf(at(roots, size))).toBe(hexOf(mth(leaves.slice(0, size))))
  })

  test('is the same in whatever batches it grew and however often its edge was stored', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 7 }), (batches) => {
        let frontier = emptyFrontier
        let size = 0
        for (const count of batches) {
          frontier = append(frontier, leaves.slice(size, size + count), { sha256: fast })
          size += count
          frontier = unpackFrontier(frontier.size, packFrontier(frontier))
        }
        expect(hexOf(frontierRoot(frontier, fast))).toBe(hexOf(at(roots, size)))
      }),
    )
    expect(() => unpackFrontier(3, new Uint8Array(32))).toThrow(RangeError)
  })

  test('announces every complete subtree once', () => {
    const seen = new Map<string, string>()
    append(emptyFrontier, leaves, {
      sha256: fast,
      onComplete: (level, index, hash) => {
        expect(seen.has(`${level}/${index}`)).toBe(false)
        seen.set(`${level}/${index}`, hexOf(hash))
      },
    })
    let expected = 0
    for (let level = 0; 2 ** level <= 300; level += 1) expected += Math.floor(300 / 2 ** level)
    expect(seen.size).toBe(expected)
    expect(seen.get('8/0')).toBe(hexOf(at(roots, 256)))
  })
})

describe('proofs of inclusion', () => {
  test('of every leaf in all trees of 1 to 300 leaves verify', async () => {
    for (let size = 1; size <= 300; size += 1)
      for (let index = 0; index < size; index += 1) {
        const claim = {
          index,
          size,
          leafHash: at(leaves, index),
          root: at(roots, size),
          proof: await inclusionProof(index, size, nodeAt, fast),
        }
        expect(await verifyInclusion(claim, fast)).toBe(true)
      }
  })

  test('with any part changed, added or left out do not verify', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), async (size, seed, spot) => {
        const index = seed % size
        const proof = await inclusionProof(index, size, nodeAt, fast)
        const claim = { index, size, leafHash: at(leaves, index), root: at(roots, size), proof }
        const place = spot % proof.length
        const changed = proof.map((hash, step) => (step === place ? mutated(hash) : hash))
        expect(await verifyInclusion(claim, fast)).toBe(true)
        expect(await verifyInclusion({ ...claim, proof: changed }, fast)).toBe(false)
        expect(await verifyInclusion({ ...claim, proof: proof.slice(0, -1) }, fast)).toBe(false)
        expect(await verifyInclusion({ ...claim, proof: [...proof, at(proof, place)] }, fast)).toBe(false)
        expect(await verifyInclusion({ ...claim, leafHash: mutated(claim.leafHash) }, fast)).toBe(false)
        expect(await verifyInclusion({ ...claim, root: mutated(claim.root) }, fast)).toBe(false)
        expect(await verifyInclusion({ ...claim, index: (index + 1) % size }, fast)).toBe(false)
      }),
    )
  })

  test('outside of the tree are refused', async () => {
    expect(() => inclusionProof(5, 5, nodeAt)).toThrow(RangeError)
    const root = at(roots, 1)
    expect(await verifyInclusion({ index: 1, size: 1, leafHash: at(leaves, 0), proof: [], root })).toBe(false)
    expect(await verifyInclusion({ index: -1, size: 1, leafHash: at(leaves, 0), proof: [], root })).toBe(false)
  })
})

describe('proofs of consistency', () => {
  test('from every earlier size verify, and fail for another earlier root', async () => {
    for (const size of [...Array(70).keys(), 127, 128, 129, 255, 256, 257, 300])
      for (let earlier = 0; earlier <= size; earlier += 1) {
        const proof = await consistencyProof(earlier, size, nodeAt, fast)
        const claim = { earlierSize: earlier, earlierRoot: at(roots, earlier), size, root: at(roots, size), proof }
        expect(await verifyConsistency(claim, fast)).toBe(true)
        expect(await verifyConsistency({ ...claim, earlierRoot: mutated(claim.earlierRoot) }, fast)).toBe(false)
      }
  })

  test('do not verify when a leaf of the past was altered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), async (size, a, b) => {
        const earlier = 1 + (a % (size - 1))
        const forged = leaves.slice(0, size)
        forged[b % earlier] = mutated(at(forged, b % earlier))
        const forgedAt: NodeAt = (level, index) =>
          foldHashes(forged.slice(index * 2 ** level, (index + 1) * 2 ** level), fast)
        const proof = await consistencyProof(earlier, size, forgedAt, fast)
        const root = rootOf(forged, fast)
        expect(
          await verifyConsistency({ earlierSize: earlier, earlierRoot: at(roots, earlier), size, root, proof }, fast),
        ).toBe(false)
      }),
    )
  })
})

describe('tiles', () => {
  test('have the paths of the C2SP layout, each written in one way', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067')
    expect(tilePath({ level: 1, index: 0, width: 1 })).toBe('tile/1/000.p/1')
    expect(tilePath({ level: 0, index: 273, width: 112 })).toBe('tile/0/273.p/112')
    for (const wrong of [
      'tile/0/x000/001',
      'tile/0/1',
      'tile/0/001.p/0',
      'tile/0/001.p/256',
      'tile/00/001',
      'tile/64/001',
      'tile/0/001/',
      'tile/entries/000',
    ])
      expect(parseTilePath(wrong)).toBeNull()
    fc.assert(
      fc.property(
        fc.record({ level: fc.nat(63), index: fc.maxSafeNat(), width: fc.integer({ min: 1, max: 256 }) }),
        (tile) => {
          expect(parseTilePath(tilePath(tile))).toEqual(tile)
        },
      ),
    )
  })

  test('of a tree of 70,000 leaves are 274, 2 and 1 in three levels', () => {
    const widths = (level: number): number[] => {
      const list: number[] = []
      for (let tile = tileInTree(level, 0, 70_000); tile !== null; tile = tileInTree(level, tile.index + 1, 70_000))
        list.push(tile.width)
      return list
    }
    expect(widths(0)).toHaveLength(274)
    expect(widths(0).at(-1)).toBe(112)
    expect(widths(1)).toEqual([256, 17])
    expect(widths(2)).toEqual([1])
  })

  test('hold every complete subtree in one place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.nat(100_000), (level, index) => {
        const place = placeOfNode(level, index)
        expect(place.from + place.count).toBeLessThanOrEqual(TILE_WIDTH)
        const firstLeaf = (place.tileIndex * TILE_WIDTH + place.from) * TILE_WIDTH ** place.tileLevel
        expect(firstLeaf).toBe(index * 2 ** level)
        expect(place.count * TILE_WIDTH ** place.tileLevel).toBe(2 ** level)
      }),
    )
  })
})

describe('signed notes', () => {
  // The key of the examples in the signed-note documentation of Go's x/mod/sumdb/note.
  const published = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
  const signed =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
  const spki = bytesOfHex('302a300506032b6570032100')
  const checkSignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
    verify(
      null,
      message,
      createPublicKey({ key: Buffer.concat([spki, publicKey]), format: 'der', type: 'spki' }),
      signature,
    )

  test('of the published example open, and do not when a letter was changed', async () => {
    const key = parseVerifierKey(published)
    if (key === null) throw new Error('the published key was not read')
    expect(verifierKeyText(key.name, key.publicKey)).toBe(published)
    expect(await openNote(signed, key, checkSignature)).toMatch(/^If you think .* is\.\n$/s)
    expect(await openNote(signed.replace('answer', 'Answer'), key, checkSignature)).toBeNull()
    expect(parseVerifierKey(published.replace('c74f', 'c74e'))).toBeNull()
  })

  test('that are signed here open here and carry a checkpoint', async () => {
    const secret = createPrivateKey({
      key: Buffer.concat([bytesOfHex('302e020100300506032b657004220420'), Buffer.alloc(32, 7)]),
      format: 'der',
      type: 'pkcs8',
    })
    const publicKey = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(12)
    const key = { name: 'example.org/log', publicKey, keyId: keyIdOf('example.org/log', publicKey) }
    const checkpoint = { origin: 'example.org/log', size: 300, root: at(roots, 300) }
    const note = await signNote(checkpointText(checkpoint), key, (message) => sign(null, message, secret))
    const text = await openNote(note, key, checkSignature)
    expect(text === null ? null : parseCheckpoint(text)).toEqual({
      ...checkpoint,
      root: Uint8Array.from(checkpoint.root),
    })
    const withWitness = `${note}— witness.example ${base64Of(new Uint8Array(68))}\n`
    expect(await openNote(withWitness, key, checkSignature)).toBe(text)
    expect(await openNote(note, { ...key, name: 'another' }, checkSignature)).toBeNull()
  })

  test('with a malformed checkpoint are refused', () => {
    for (const wrong of ['', 'o\n1\n', 'o\n01\nAAAA\n', '\n1\nAAAA\n', 'o\n1\nAAAA\n', 'o\n-1\nAAAA\n'])
      expect(parseCheckpoint(wrong)).toBeNull()
  })

  test('base64 is read only as it is written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 99 }), (bytes) => {
        expect(base64Of(bytes)).toBe(Buffer.from(bytes).toString('base64'))
        expect(bytesOfBase64(base64Of(bytes))).toEqual(Uint8Array.from(bytes))
      }),
    )
    for (const wrong of ['QR==', 'QQ', 'QQ= =', 'Q', '=']) expect(() => bytesOfBase64(wrong)).toThrow(RangeError)
  })
})

describe('canonical entries', () => {
  test('follow the published example of RFC 8785', () => {
    const value = {
      // oxlint-disable-next-line no-loss-of-precision -- the example is about just that
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\u002f',
      literals: [null, true, false],
    }
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
    expect(
      canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }),
    ).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}')
  })

  test('are the same for every order of members and read back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      }),
    )
    expect(canonicalJson({ b: 1, a: { d: 2, c: undefined } })).toBe(canonicalJson({ a: { d: 2 }, b: 1 }))
  })

  test('refuse what JSON cannot hold', () => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1, '\ud800', [undefined]])
      expect(() => canonicalJson(wrong)).toThrow(TypeError)
  })

  const entry: LeafEntry = {
    format: 1,
    id: '0198c0de-0000-7000-8000-000000000001',
    kind: 'approvals.decided',
    version: 1,
    subject: { kind: 'application', id: 'a1' },
    projectId: null,
    actor: 'system:test',
    onBehalfOf: null,
    occurredAt: '2026-03-02T01:30:00.000Z',
    recordedAt: '2026-03-02T01:30:00.000Z',
    visibility: 'public',
    payload: { outcome: '准予许可', days: 3 },
    personalDigest: null,
  }
  test('have one leaf, which changes with any member', () => {
    expect(new TextDecoder().decode(leafOf(entry))).toBe(
      '{"actor":"system:test","format":1,"id":"0198c0de-0000-7000-8000-000000000001","kind":"approvals.decided","occurredAt":"2026-03-02T01:30:00.000Z","onBehalfOf":null,"payload":{"days":3,"outcome":"准予许可"},"personalDigest":null,"projectId":null,"recordedAt":"2026-03-02T01:30:00.000Z","subject":{"id":"a1","kind":"application"},"version":1,"visibility":"public"}',
    )
    const original = hexOf(leafHashOf(entry))
    const changes: Partial<LeafEntry>[] = [
      { id: 'x' },
      { kind: 'x' },
      { version: 2 },
      { subject: { kind: 'application', id: 'a2' } },
      { projectId: 'p' },
      { actor: 'anonymous' },
      { onBehalfOf: 'x' },
      { occurredAt: 'x' },
      { recordedAt: 'x' },
      { visibility: 'internal' },
      { payload: { outcome: '准予许可', days: 4 } },
      { personalDigest: '00' },
    ]
    for (const change of changes) expect(hexOf(leafHashOf({ ...entry, ...change }))).not.toBe(original)
  })

  test('keep a digest of personal data that depends on the salt', async () => {
    const salt = '00112233445566778899aabbccddeeff'
    const digest = await personalDigestOf(salt, { name: '张三' })
    const expected = createHash('sha256').update(Buffer.from(salt, 'hex')).update('{"name":"张三"}').digest('hex')
    expect(digest).toBe(expected)
    expect(await personalDigestOf(salt.replace('00', '01'), { name: '张三' })).not.toBe(digest)
  })
})
