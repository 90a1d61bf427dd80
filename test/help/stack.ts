/** `npm start` as a process of its own, for tests of what a person at the shell sees, and what is left afterwards. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')
const GONE_TIMEOUT_MS = 10_000
const READY = 'Ctrl-C stops everything.'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Shell {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<Ended>
  /** Waits until it says that everything answers, or fails with what it said. */
  readonly ready: () => Promise<void>
}

/** Runs `selvedge …`. */
export function selvedge(args: readonly string[], env: Readonly<Record<string, string>> = {}): Shell {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  )
  const ready = async (): Promise<void> => {
    let over: Ended | undefined
    void ended.then((end) => {
      over = end
    })
    while (!stdout.includes(READY)) {
      if (over !== undefined) throw new Error(`it ended with ${over.code}: ${over.stderr}`)
      await sleep(20)
    }
  }
  return { child, stdout: () => stdout, stderr: () => stderr, ended, ready }
}

/** The value on the line that begins with `name`. */
export function lineOf(shell: Shell, name: string): string {
  return new RegExp(`^${name} +(.+)$`, 'm').exec(shell.stdout())?.[1] ?? ''
}

/** Process ids of the children that a stack on this data folder has noted. */
export function childrenOf(data: string): Readonly<Record<string, number>> {
  const run = join(data, 'run')
  const files = readdirSync(run).filter((name) => name.endsWith('.pid'))
  return Object.fromEntries(
    files.map((name) => [name.replace('.pid', ''), Number(readFileSync(join(run, name), 'utf8'))]),
  )
}

/** Processes that run with this data folder among their arguments. */
function processesWith(data: string): readonly string[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,stat=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(data) && !/^\s*\d+\s+Z/.test(line))
}

/** Waits until nothing runs any more: neither these processes nor any on this folder. Gives what is left. */
export async function leftOver(data: string, pids: readonly number[]): Promise<readonly string[]> {
  const until = performance.now() + GONE_TIMEOUT_MS
  for (;;) {
    const left = [...processesWith(data), ...pids.filter(isRunning).map(String)]
    if (left.length === 0 || performance.now() > until) return left
    await sleep(50)
  }
}

/** A process that has ended but was not collected yet by who adopted it is not running. */
function isRunning(pid: number): boolean {
  try {
    const state = execFileSync('ps', ['-p', String(pid), '-o', 'stat='], { encoding: 'utf8' })
    return !state.trim().startsWith('Z')
  } catch {
    return false
  }
}
