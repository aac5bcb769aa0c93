// The image's health check: exit 0 when the process of this container is ready to be asked.
const address = process.env['EVENKEEL_HTTP_ADDRESS'] ?? '127.0.0.1:7480'
const port = address.slice(address.lastIndexOf(':') + 1)
const ready = await fetch(`http://127.0.0.1:${port}/healthz/ready`).catch(() => undefined)
process.exitCode = ready?.ok === true ? 0 : 1
