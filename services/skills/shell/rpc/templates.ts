import { type Binding, bind } from '@evenkeel/chassis/serve'
import { TemplateServiceDefinition } from '@evenkeel/proto/evenkeel/skills/v1/template_service'
import { templatesAfter } from '../../core/index.ts'
import { read, type SkillsHosted, stored, submit } from '../calls.ts'
import { cut, pageOf, pageToken } from '../pages.ts'
import { knownPool, knownTemplate } from '../refusals.ts'
import { poolIdOf, templateIdOf } from '../translate/ids.ts'
import {
  templateOf as templateIn,
  templateRemovalOf,
  templateWire,
} from '../translate/templates.ts'

/** Requirements under a name. */
export function templates(hosted: SkillsHosted): Binding {
  return bind(TemplateServiceDefinition, {
    async putTemplate(request, call) {
      const template = templateIn('template', request.template)
      const { pool, templateId } = template
      const replica = hosted.of(pool)
      const command = { kind: 'putTemplate', template } as const
      return stored(replica, command, request.validateOnly, call, () => ({
        template: templateWire(knownTemplate(replica.state, pool, templateId)),
      }))
    },

    async getTemplate(request, call) {
      const pool = poolIdOf('pool', request.pool)
      const templateId = templateIdOf('template_id', request.templateId)
      return read(hosted.of(pool), call, (s) => {
        knownPool(s, pool)
        return { template: templateWire(knownTemplate(s, pool, templateId)) }
      })
    },

    async listTemplates(request, call) {
      const { pool, size, afterId } = pageOf('templates', request)
      return read(hosted.of(pool), call, (s) => {
        knownPool(s, pool)
        const { shown, next } = cut(templatesAfter(s, pool, afterId, size + 1), size)
        const nextPageToken = next ? pageToken('templates', pool, next.templateId) : ''
        return { templates: shown.map(templateWire), nextPageToken }
      })
    },

    async removeTemplate(request, call) {
      const removal = templateRemovalOf(request)
      return submit(hosted.of(removal.pool), removal, call, () => ({}))
    },
  })
}
