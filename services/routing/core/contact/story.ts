import { NONE } from '@evenkeel/chassis/table'
import type { ContactRow, StoryRow } from '../schema.ts'
import type { RoutingState } from '../state.ts'
import { noStory } from './story-schema.ts'

type StoryPatch = Parameters<RoutingState['stories']['update']>[1]

/** What is told of a contact beside where it is; undefined: nothing yet. */
export const storyOf = (s: RoutingState, contact: ContactRow): StoryRow | undefined =>
  contact.story === NONE ? undefined : s.stories.at(contact.story)

/**
 * There are as many stories as contacts at most, so there is room for every one. To be followed by
 * a change of the contact, so that its version tells.
 */
export function changeStory(s: RoutingState, contact: ContactRow, patch: StoryPatch): StoryRow {
  const story =
    storyOf(s, contact) ??
    s.stories.insert({ ...noStory, id: contact.id, contact: contact.slot, seq: contact.seq })
  s.stories.update(story, patch)
  if (contact.story === NONE) s.contacts.update(contact, { story: story.slot })
  return story
}
