/** Tells the reader of a project page that something new was published, without moving the page under the eyes. */
const chinese = document.documentElement.lang.startsWith('zh')
const list = document.querySelector('.timeline')

if (list !== null && typeof EventSource !== 'undefined') {
  const project = document.querySelector<HTMLElement>('[data-project]')?.dataset['project']
  const source = new EventSource('/api/live')
  const tell = (event: MessageEvent<string>): void => {
    const entry = JSON.parse(event.data) as { readonly projectId?: string | null }
    if (project === undefined || entry.projectId !== project) return
    source.close()
    const notice = document.createElement('p')
    notice.className = 'notice'
    notice.setAttribute('role', 'status')
    const link = document.createElement('a')
    link.href = location.href
    link.textContent = chinese ? '本项目有新进展,点此刷新' : 'There is news: reload'
    notice.append(link)
    list.before(notice)
  }
  source.addEventListener('entry', tell)
}
