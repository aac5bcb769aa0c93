import type {
  DescriptorProto,
  EnumDescriptorProto,
  FileDescriptorProto,
  FileDescriptorSet,
} from '@bufbuild/protobuf/wkt'

/** A descriptor of whatever kind, as the file has it (`desc.proto`). */
type Proto = object

// Numbers of the lists in descriptor.proto; a comment's path is made of them and of indices.
const inFile = { messages: 4, enums: 5, services: 6 } as const
const inMessage = { fields: 2, messages: 3, enums: 4 } as const
const inEnum = { values: 2 } as const
const inService = { methods: 2 } as const

/** The comment above each message, field, enum, value, service and method, by its descriptor. */
export function commentsOf(set: FileDescriptorSet): (proto: Proto) => string {
  const comments = new Map<Proto, string>()
  for (const file of set.file) readFile(file, comments)
  return (proto) => comments.get(proto) ?? ''
}

function readFile(file: FileDescriptorProto, into: Map<Proto, string>): void {
  const byPath = new Map(
    (file.sourceCodeInfo?.location ?? []).map(({ path, leadingComments }) => [
      path.join('.'),
      leadingComments.replace(/^ /gm, '').trim(),
    ]),
  )
  const note = (proto: Proto, path: string) => {
    const comment = byPath.get(path)
    if (comment !== undefined && comment !== '') into.set(proto, comment)
  }
  const readEnum = (type: EnumDescriptorProto, path: string) => {
    note(type, path)
    type.value.forEach((value, i) => note(value, `${path}.${inEnum.values}.${i}`))
  }
  const readMessage = (message: DescriptorProto, path: string) => {
    note(message, path)
    message.field.forEach((field, i) => note(field, `${path}.${inMessage.fields}.${i}`))
    message.enumType.forEach((type, i) => readEnum(type, `${path}.${inMessage.enums}.${i}`))
    message.nestedType.forEach((inner, i) =>
      readMessage(inner, `${path}.${inMessage.messages}.${i}`),
    )
  }
  file.messageType.forEach((message, i) => readMessage(message, `${inFile.messages}.${i}`))
  file.enumType.forEach((type, i) => readEnum(type, `${inFile.enums}.${i}`))
  file.service.forEach((service, i) => {
    note(service, `${inFile.services}.${i}`)
    service.method.forEach((method, k) =>
      note(method, `${inFile.services}.${i}.${inService.methods}.${k}`),
    )
  })
}
