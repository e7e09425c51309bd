/** Draws a model with fragments of That Open; run by `bench viewer-ifc` in a browser. */
import { FragmentsModels } from '@thatopen/fragments'
import * as THREE from 'three'

window.draw = async () => {
  const begin = performance.now()
  const renderer = new THREE.WebGLRenderer({ antialias: true, preserveDrawingBuffer: true })
  renderer.setSize(1280, 800)
  document.querySelector('#place').append(renderer.domElement)
  const scene = new THREE.Scene()
  scene.background = new THREE.Color('#e9eef3')
  scene.add(new THREE.HemisphereLight('#ffffff', '#8d8578', 2), new THREE.AmbientLight('#ffffff', 0.5))
  const camera = new THREE.PerspectiveCamera(50, 1280 / 800, 0.1, 5000)
  const bytes = await (await fetch('/model')).arrayBuffer()
  const fetched = performance.now()
  const models = new FragmentsModels('/worker.mjs')
  const model = await models.load(bytes, { modelId: 'model', camera })
  scene.add(model.object)
  const box = model.box
  const middle = box.getCenter(new THREE.Vector3())
  const size = box.getSize(new THREE.Vector3()).length() || 10
  camera.position.copy(middle).add(new THREE.Vector3(0.6, 0.5, 0.6).multiplyScalar(size))
  camera.lookAt(middle)
  camera.updateMatrixWorld()
  let last = -1
  let still = 0
  // Tiles come from the worker one after the other: the picture is there when nothing more is added for five frames.
  for (let frame = 0; frame < 3_000 && still < 5; frame += 1) {
    await models.update(true)
    renderer.render(scene, camera)
    const { triangles } = renderer.info.render
    still = triangles > 0 && triangles === last ? still + 1 : 0
    last = triangles
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
  const pictured = performance.now()
  const ids = await model.getItemsIdsWithGeometry()
  const data = await model.getItemsData(ids, { attributesDefault: true })
  const hit = await model.raycast({ camera, mouse: new THREE.Vector2(640, 400), dom: renderer.domElement })
  return {
    loadMs: fetched - begin,
    pictureMs: pictured - begin,
    triangles: last,
    calls: renderer.info.render.calls,
    elements: ids.length,
    named: data.filter((each) => each._guid?.value && each.Name?.value).length,
    picked: hit?.localId ?? null,
  }
}
