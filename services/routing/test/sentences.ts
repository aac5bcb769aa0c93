import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainAgent, explainContact } from '../core/index.ts'
import type { Story } from './story.ts'

/** A sentence, and the story of the contact c1, or of another, that is explained by it. */
export type Row = readonly [sentence: string, story: () => Story, contactId?: string]

export const why = (s: Story, contactId: string): string =>
  explainContact(s.state, s.state.contacts.must(`p/${contactId}`), s.at).sentence

export const whyAgent = (s: Story): string =>
  explainAgent(s.state, s.state.agents.must('p/ann'), s.at).sentence

/** A table in which a word of a union has no row does not type-check: Record<Union, Row>. */
export function explained(table: Readonly<Record<string, Row>>): void {
  for (const [name, [sentence, story, contactId = 'c1']] of Object.entries(table)) {
    test(name, () => assert.equal(why(story(), contactId), sentence))
  }
}

/** The same of ann. */
export function explainedAgents(table: Readonly<Record<string, Row>>): void {
  for (const [name, [sentence, story]] of Object.entries(table)) {
    test(name, () => assert.equal(whyAgent(story()), sentence))
  }
}
