/** The answers as submitted, section by section, each with its origin; at intake each can be marked for correction. */
import type { ReactElement } from 'react'
import { useLanguage, useSay } from '../../../../desk/language.tsx'
import { answerText } from '../../../../desk/ui/field-types.ts'
import { Loaded } from '../../../../desk/ui/loaded.tsx'
import { Card } from '../../../../desk/ui/page.tsx'
import type { ApplicationFile } from '../../contract.ts'
import { useFormDefinition } from '../form-definition.ts'
import { originText } from '../words.ts'

/** Marks a field or material for correction; null where nothing may be marked. */
export type Mark = ((anchor: string, label: string) => void) | null

export const AnswersView = ({
  file,
  onMark,
}: {
  readonly file: ApplicationFile
  readonly onMark: Mark
}): ReactElement => {
  const say = useSay()
  const { language } = useLanguage()
  const definition = useFormDefinition(file)
  return (
    <Loaded query={definition}>
      {(form) => (
        <Card
          title={say('申请内容', 'Content')}
          id="content"
          beside={
            <span className="quiet small">
              {say('表单版本', 'form version')} {form.version}
            </span>
          }
        >
          {form.sections.map((section) => (
            <section key={section.id} aria-label={say(section.name)}>
              <h3>{say(section.name)}</h3>
              <dl className="facts">
                {section.fields.map((field) => {
                  const origin = file.application.origins[field.id]
                  return (
                    <div key={field.id}>
                      <dt>
                        {say(field.label)}
                        {onMark !== null && (
                          <button
                            type="button"
                            className="anchor-pick"
                            onClick={() => onMark(`field:${field.id}`, say(field.label))}
                          >
                            {say('要求补正', 'To correct')}
                            <span className="hidden">:{say(field.label)}</span>
                          </button>
                        )}
                      </dt>
                      <dd>
                        {answerText(field, file.application.answers[field.id], language) || (
                          <span className="quiet">{say('(未填写)', '(empty)')}</span>
                        )}
                        {origin !== undefined && origin.kind !== 'entered' && (
                          <>
                            {' '}
                            <span className="tag">{originText(origin, say)}</span>
                          </>
                        )}
                      </dd>
                    </div>
                  )
                })}
              </dl>
            </section>
          ))}
        </Card>
      )}
    </Loaded>
  )
}
