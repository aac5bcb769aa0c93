/** Calls at once: enough to fill the log's group commits. */
const AT_ONCE = 16

/**
 * One answer for each, in their order, some at a time. After the first that fails none is begun;
 * those in hand are waited for, and then it rejects as that one did.
 */
export async function gather<T, R>(
  all: readonly T[],
  ask: (one: T) => Promise<R>,
): Promise<readonly R[]> {
  const answers: R[] = []
  const failures: unknown[] = []
  const left = all.entries()
  const worker = async (): Promise<void> => {
    for (const [index, one] of left) {
      try {
        answers[index] = await ask(one)
      } catch (error) {
        failures.push(error)
      }
      if (failures.length > 0) return
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  if (failures.length > 0) throw failures[0]
  return answers
}
