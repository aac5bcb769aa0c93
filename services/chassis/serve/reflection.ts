import { type DescFile, clone, toBinary } from '@bufbuild/protobuf'
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt'
import {
  ServerReflectionDefinition,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from '@evenkeel/proto/grpc/reflection/v1/reflection'
import { statusNumbers } from '../errors/index.ts'
import { type Binding, bind } from './bind.ts'
import { type Descriptors, descriptors } from './descriptors.ts'

type Answer = ServerReflectionResponse['messageResponse']

/**
 * grpc.reflection.v1: lists the services served here and hands out their descriptors with what they
 * import.
 */
export function reflectionBinding(services: readonly string[]): Binding {
  const found = descriptors()
  const names = [...services, ServerReflectionDefinition.fullName].sort()
  return bind(ServerReflectionDefinition, {
    serverReflectionInfo: async (stream) => {
      for await (const request of stream.read()) {
        const messageResponse = answer(found, names, request.messageRequest)
        const more = stream.write({
          validHost: request.host,
          originalRequest: request,
          messageResponse,
        })
        if (!more) await stream.drained()
      }
    },
  })
}

function answer(
  { registry }: Descriptors,
  names: readonly string[],
  request: ServerReflectionRequest['messageRequest'],
): Answer {
  switch (request?.$case) {
    case 'listServices':
      return {
        $case: 'listServicesResponse',
        value: { service: names.map((name) => ({ name })) },
      }
    case 'fileByFilename':
      return fileAnswer(registry.getFile(request.value), request.value)
    case 'fileContainingSymbol':
      return fileAnswer(fileOf(registry, request.value), request.value)
    case 'fileContainingExtension':
    case 'allExtensionNumbersOfType':
      return errorAnswer('no extensions are declared here')
    case undefined:
      return errorAnswer('the request asks for nothing')
    default:
      return request satisfies never
  }
}

/**
 * A symbol may be a message, enum or service, or something inside one: its parents are tried too.
 */
function fileOf(registry: Descriptors['registry'], symbol: string): DescFile | undefined {
  for (let name = symbol; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const found = registry.get(name)
    if (found !== undefined) return found.file
  }
  return undefined
}

function fileAnswer(file: DescFile | undefined, asked: string): Answer {
  if (file === undefined) return errorAnswer(`there is no ${asked.slice(0, 200)} here`)
  const files = new Set<DescFile>()
  collect(file, files)
  const fileDescriptorProto = [...files].map((each) => Buffer.from(bare(each)))
  return { $case: 'fileDescriptorResponse', value: { fileDescriptorProto } }
}

function collect(file: DescFile, into: Set<DescFile>): void {
  if (into.has(file)) return
  into.add(file)
  for (const dependency of file.dependencies) collect(dependency, into)
}

/** Without comments and positions, which clients don't read and which are most of the bytes. */
function bare(file: DescFile): Uint8Array {
  const proto = clone(FileDescriptorProtoSchema, file.proto)
  delete proto.sourceCodeInfo
  return toBinary(FileDescriptorProtoSchema, proto)
}

function errorAnswer(errorMessage: string): Answer {
  return {
    $case: 'errorResponse',
    value: { errorCode: statusNumbers.NOT_FOUND, errorMessage },
  }
}
