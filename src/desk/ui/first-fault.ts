/** After a try to send: what stands in the way is brought into sight, however long the form and small the screen. */

/** Moves the focus to the first field with a fault; where no field has one, brings the fault or the refusal into sight. */
export const showFirstFault = (form: HTMLElement | null): void => {
  const fault = [...(form?.querySelectorAll('.fault') ?? [])].find((each) => each.textContent !== '')
  const field = fault?.closest('.field')?.querySelector<HTMLElement>('input, textarea') ?? null
  field?.focus()
  const shown = field ?? fault ?? form?.querySelector('[role="alert"]')
  shown?.scrollIntoView({ block: 'nearest' })
}
