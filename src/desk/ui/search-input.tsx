/** A text to search a list by, with its button. */
import { Button, Input } from 'antd'
import type { ReactElement } from 'react'
import { useSay } from '../language.tsx'

interface SearchInputProps {
  readonly id: string
  readonly value: string | undefined
  /** Gets the text without blanks around it; undefined = everything. */
  readonly onSearch: (text: string | undefined) => void
  readonly placeholder?: string
  readonly width: number
}
export const SearchInput = (props: SearchInputProps): ReactElement => {
  const say = useSay()
  return (
    <Input.Search
      id={props.id}
      style={{ width: props.width, maxWidth: '100%' }}
      defaultValue={props.value ?? ''}
      allowClear
      enterButton={<Button>{say('搜索', 'Search')}</Button>}
      {...(props.placeholder === undefined ? {} : { placeholder: props.placeholder })}
      onSearch={(text) => props.onSearch(text.trim() === '' ? undefined : text.trim())}
    />
  )
}
