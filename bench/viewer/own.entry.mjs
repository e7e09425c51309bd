/** Draws a packed model with the stage of the desk; run by `bench viewer-ifc` in a browser. */
import { detailFor } from '../../src/capabilities/bim/desk/viewer/camera.ts'
import { originOf } from '../../src/capabilities/bim/desk/viewer/placing.ts'
import { openStage } from '../../src/capabilities/bim/desk/viewer/stage.ts'
import { unpack } from '../../src/capabilities/bim/model/packed.ts'

window.draw = async () => {
  const begin = performance.now()
  const bytes = new Uint8Array(await (await fetch('/model')).arrayBuffer())
  const fetched = performance.now()
  const geometry = unpack(bytes)
  let figures = { triangles: 0, calls: 0 }
  const stage = openStage(document.querySelector('#place'), detailFor(1280, 1, geometry.elements.length), true, {
    onPick: () => {},
    onMove: () => {},
    onDrawn: (drawn) => {
      figures = drawn
    },
    onLost: () => {},
  })
  stage.show([{ key: 'model', geometry, change: null }], originOf([geometry]), () => [150, 156, 163])
  stage.fit(false)
  let last = -1
  while (figures.triangles === 0 || figures.triangles !== last) {
    last = figures.triangles
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  }
  const pictured = performance.now()
  const picked = stage.at(0.5, 0.5)
  return {
    loadMs: fetched - begin,
    pictureMs: pictured - begin,
    triangles: figures.triangles,
    calls: figures.calls,
    elements: new Set(geometry.parts.element).size,
    named: geometry.elements.filter(({ id, name }) => id !== '' && name !== null && name !== '').length,
    picked: picked?.id ?? null,
  }
}
