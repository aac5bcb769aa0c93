export { Admission, type Place, type Shed } from './admission.ts'
export { type AdmissionLimits, admissionLimits, admissionSettings } from './settings.ts'
