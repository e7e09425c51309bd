/** Documents put into an application and taken out of it, after the caller has made sure that it may. */
import type { Unit } from '../../../platform/platform.ts'
import { documentAttached, documentRemoved } from '../contract/events.ts'
import { isExempt, isOwnForm } from '../model/materials.ts'
import * as refuse from '../model/refusals.ts'
import { changeApplication, type DocumentRecord, insertDocument, removeDocument } from '../store/applications.ts'
import { type LockedCase, requirePerson } from './case-file.ts'
import type { Context } from './context.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import { lawDayOf } from './reconcile.ts'

const materialOf = (context: Context, unit: Unit, { application }: LockedCase, materialId: string) =>
  context.law
    .materials(application.item_ids, application.guide_answers, lawDayOf(context, application, unit.today))
    .find((each) => each.materialId === materialId)

/** Attaches a finished upload of this person to a material that the application asks for. */
export const addDocument = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  input: { readonly materialId: string; readonly uploadId: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { application } = file
  const material = materialOf(context, unit, file, input.materialId)
  if (material === undefined || isOwnForm(material.form)) throw refuse.unknownMaterial()
  if (isExempt(material.form)) throw refuse.exemptMaterial({ material: material.name.zh })
  const upload = await context.platform.files.upload(unit.db, input.uploadId)
  if (upload === null) throw refuse.uploadMissing()
  if (upload.uploadedBy !== null && upload.uploadedBy !== person) throw refuse.foreignUpload()
  if (upload.scan === 'infected') throw refuse.infectedUpload({ file: upload.fileName })
  await insertDocument(unit.db, {
    id: unit.newId<'document'>(),
    application_id: application.id,
    material_id: input.materialId,
    file_name: upload.fileName,
    size_bytes: upload.sizeBytes,
    media_type: upload.mediaType,
    sha256: upload.sha256,
    scan: upload.scan,
    added_at: unit.now,
    added_by: person,
    removed_at: null,
  })
  await changeApplication(unit.db, application.id, person, unit.now, {})
  await unit.record(documentAttached, {
    ...subjectOf(application),
    payload: {
      ...aboutApplication(context, application),
      materialId: input.materialId,
      materialName: material.name.zh,
      sha256: upload.sha256,
    },
  })
}

export const takeDocument = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  document: DocumentRecord,
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { application } = file
  await removeDocument(unit.db, document.id, unit.now)
  await changeApplication(unit.db, application.id, person, unit.now, {})
  await unit.record(documentRemoved, {
    ...subjectOf(application),
    payload: {
      ...aboutApplication(context, application),
      materialId: document.material_id,
      materialName: materialOf(context, unit, file, document.material_id)?.name.zh ?? document.material_id,
      sha256: document.sha256,
    },
  })
}
