// The services that an operator asks about, as OpsService names them.
import { OWNERS } from '@/parts/divisions';

export const SERVICES: readonly { service: string; text: string }[] = [
  ...OWNERS.map((one) => ({ service: `member/${one.code}`, text: `会员 ${one.name}` })),
  { service: 'care', text: '关爱' }, { service: 'donation', text: '募捐' }, { service: 'publicity', text: '宣传' }, { service: 'oversight', text: '督导' }, { service: 'identity', text: '账号' },
];
export const serviceText = (service: string): string => SERVICES.find((one) => one.service === service)?.text ?? service;
