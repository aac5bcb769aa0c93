import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type DescField,
  type FileRegistry,
  createFileRegistry,
  fromBinary,
} from '@bufbuild/protobuf'
import { type FileDescriptorSet, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'
import { commentsOf } from './comments.ts'

/**
 * Everything the protos say, comments included: what JSON, reflection and the API page are made
 * from.
 */
export interface Descriptors {
  readonly set: FileDescriptorSet
  readonly registry: FileRegistry
  /** The comment above a message, field, enum..., by its descriptor (`desc.proto`). */
  readonly commentOf: (proto: object) => string
}

let loaded: Descriptors | undefined

/** Read once per process (20 ms), when first asked for. */
export function descriptors(): Descriptors {
  if (loaded === undefined) {
    const path = fileURLToPath(import.meta.resolve('@evenkeel/proto/descriptors.binpb'))
    const set = fromBinary(FileDescriptorSetSchema, readFileSync(path))
    loaded = { set, registry: createFileRegistry(set), commentOf: commentsOf(set) }
  }
  return loaded
}

/**
 * A field that the system alone sets, and that counts for nothing in a request. Its comment in the
 * proto says so, in the words that every reader of the API gets: "only in answers".
 */
export const onlyInAnswers = (field: DescField): boolean =>
  /\bonly in answers\b/i.test(descriptors().commentOf(field.proto).replace(/\s+/g, ' '))
