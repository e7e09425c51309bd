/** A link that leads to another page of the desk and looks like a button. */
import { createLink } from '@tanstack/react-router'
import { Button } from 'antd'

export const LinkButton = createLink(Button)
