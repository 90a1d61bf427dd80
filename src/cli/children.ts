/**
 * No child outlives us, whatever ends us. In good order each is stopped by whoever started it; should we be killed
 * outright, a tiny watchdog sees its pipe close and ends the processes whose ids stand in the run folder.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Trouble } from './trouble.ts'

export interface RunFolder {
  /** Where a child's process id belongs. */
  readonly pidFile: (child: string) => string
  /** Takes the watchdog away and gives the folder free. Call it last. */
  readonly close: () => void
}

/** What tells us to stop. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** POSIX sh: waits for its input to end, then asks the processes to end, and makes them. */
const WATCHDOG = `
while read -r _; do :; done
pids=$(cat "$0"/*.pid 2>/dev/null)
[ -z "$pids" ] && exit 0
kill -TERM $pids 2>/dev/null
sleep 2
kill -KILL $pids 2>/dev/null
`

/** Takes `folder` for this process alone; a second stack on the same data would damage it. */
export function openRunFolder(folder: string): RunFolder {
  const lock = join(folder, 'lock')
  const holder = readHolder(lock)
  if (holder !== undefined && isRunning(holder)) {
    throw new Trouble(
      `The data folder is in use by process ${holder}: stop it, or pick another with --data DIR (if it is something else, remove ${lock}).`,
    )
  }
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(lock, `${process.pid}\n`)
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Out of reach of the terminal's Ctrl-C, which is meant for us.
    detached: true,
  })
  watchdog.on('error', () =>
    console.error('No watchdog: should this process be killed, look for its children.'),
  )
  watchdog.unref()
  return {
    pidFile: (child) => join(folder, `${child}.pid`),
    close: () => {
      rmSync(folder, { recursive: true, force: true })
      watchdog.kill('SIGKILL')
    },
  }
}

function readHolder(lock: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(lock, 'utf8'), 10)
  } catch {
    return undefined
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
