// Runs the steps that standard input names with the AG-UI client, one line of JSON for each: what a person at it would see.
import { HttpAgent } from '@ag-ui/client'
import { readFileSync } from 'node:fs'

const { url, token, threadId, steps } = JSON.parse(readFileSync(0, 'utf8'))
const headers = token ? { Authorization: `Bearer ${token}` } : {}
let agent = new HttpAgent({ url, headers, threadId })

for (const { say, resume, runId, leaveAfter, fresh, tools, result, state } of steps) {
  if (fresh) agent = new HttpAgent({ url, headers, threadId, initialMessages: [] })
  if (say) agent.addMessage({ id: `u-${runId}`, role: 'user', content: say })
  if (result) {
    const calls = agent.messages.flatMap(message => message.toolCalls ?? [])
    agent.addMessage({ id: `t-${runId}`, role: 'tool', toolCallId: calls.at(-1).id, content: result })
  }
  if (state) agent.setState(state)
  const types = []
  const customs = []
  let error
  let seen = 0
  try {
    await agent.runAgent({ runId, resume, tools }, {
      onEvent({ event }) {
        types.push(event.type)
        if (event.type === 'CUSTOM') customs.push(event.name)
        if (event.type === 'TEXT_MESSAGE_CONTENT' && ++seen === leaveAfter) agent.abortRun()
      },
      onRunErrorEvent({ event }) { error = { code: event.code, message: event.message } },
    })
  } catch (thrown) {
    error ??= { thrown: String(thrown.message ?? thrown) }
  }
  console.log(JSON.stringify({
    types, customs, error, messages: agent.messages, state: agent.state, interrupts: agent.pendingInterrupts,
  }))
}
