import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type FileRegistry, createFileRegistry, fromBinary } from '@bufbuild/protobuf'
import { type FileDescriptorSet, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'

/**
 * Everything the protos say, comments included: what JSON, reflection and the API page are made
 * from.
 */
export interface Descriptors {
  readonly set: FileDescriptorSet
  readonly registry: FileRegistry
}

let loaded: Descriptors | undefined

/** Read once per process (20 ms), when first asked for. */
export function descriptors(): Descriptors {
  if (loaded === undefined) {
    const path = fileURLToPath(import.meta.resolve('@evenkeel/proto/descriptors.binpb'))
    const set = fromBinary(FileDescriptorSetSchema, readFileSync(path))
    loaded = { set, registry: createFileRegistry(set) }
  }
  return loaded
}
