/** Payment methods that stand nowhere by chance, to be looked for where none may be. */
import type { PaymentMethod } from '../../../spec/payments/messages.d.ts';
import { findSentinels } from '../scanForSentinels.ts';
import type { Sentinel } from '../scanForSentinels.ts';
import { hold } from '../kit/hold.ts';
import { withIbanDigits, withLuhnDigit } from './checkDigits.ts';
import { seededDigits } from './seededDigits.ts';

export interface PlantedMethod {
  readonly method: PaymentMethod;
  /** Its number or token. */
  readonly text: string;
  /** What to look for: the number or token, and the security code of a card. */
  readonly sentinels: readonly Sentinel[];
}

/** Of a test range; the digits behind it are random. */
const CARD_PREFIX = '424242';
/** Banks that nobody has. */
const GERMAN_BANK = '10010099';
const DUTCH_BANK = 'CMRK';
/** No status, year or small count: what stands behind the name of a security code is then one. */
const FIRST_SECURITY_CODE = 617;
const SECURITY_CODES = 380;

/** @returns in this order, again and again: two cards, an IBAN, a wallet */
export function plantedMethods(seed: number, count: number): PlantedMethod[] {
  return Array.from({ length: count }, (_, index) => {
    const digits = (many: number): string => seededDigits(seed, `method ${index}`, many);
    if (index % 4 === 2) {
      const iban =
        index % 8 === 2
          ? withIbanDigits('DE', `${GERMAN_BANK}${digits(10)}`)
          : withIbanDigits('NL', `${DUTCH_BANK}${digits(10)}`);
      return planted({ type: 'iban', iban }, 'IBAN', iban);
    }
    if (index % 4 === 3) {
      const walletToken = `wallet.${digits(24)}`;
      return planted({ type: 'wallet', walletToken }, 'wallet token', walletToken);
    }
    const number = withLuhnDigit(`${CARD_PREFIX}${digits(9)}`);
    const code = Number(seededDigits(seed, `code ${index}`, 6)) % SECURITY_CODES;
    const cvc = String(FIRST_SECURITY_CODE + code);
    const card = { type: 'card', number, expMonth: 11, expYear: 2032, cvc } as const;
    return planted(card, 'card number', number, {
      name: `the security code of the card that ends in ${number.slice(-4)}`,
      expression: securityCodeField(cvc),
    });
  });
}

/** The last four characters, which may be shown, say in reports which one it is. */
function planted(
  method: PaymentMethod,
  kind: string,
  text: string,
  ...more: Sentinel[]
): PlantedMethod {
  const name = `the ${kind} that ends in ${text.slice(-4)}`;
  return { method, text, sentinels: [{ name, text }, ...more] };
}

/**
 * A field that is called after a security code, then at most eight characters that are neither letters nor digits, then the code. By
 * itself the code proves nothing: three digits stand in many ids.
 */
function securityCodeField(code: string): RegExp {
  return new RegExp(
    `(?:cv[cv]2?|csc|(?:security|verification)[_-]?(?:code|value))[^a-z0-9]{1,8}${code}(?![0-9])`,
    'gi',
  );
}

/** As in a sentence: `the card number that ends in 1234 (base64)`. */
export function findExposure(
  text: string,
  methods: readonly PlantedMethod[],
): { readonly what: string; readonly around: string } | undefined {
  const bytes = Buffer.from(text);
  const [found] = findSentinels(
    bytes,
    methods.flatMap(({ sentinels }) => sentinels),
  );
  if (!found) return undefined;
  const start = Math.max(0, found.offset - 60);
  return {
    what: `${found.sentinel} (${found.form})`,
    around: bytes.subarray(start, found.offset + 40).toString(),
  };
}

/** @throws Violation when the text holds a secret of one of the methods */
export function holdUnexposed(
  text: string,
  methods: readonly PlantedMethod[],
  where: string,
): void {
  const exposure = findExposure(text, methods);
  hold(
    exposure === undefined,
    `${where} holds ${exposure?.what}. Of a payment method only the last four characters and the vault's fingerprint may be shown or kept.`,
    'the last four characters and a fingerprint at most',
    exposure?.around,
  );
}
