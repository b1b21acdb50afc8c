/** A module that does nothing: it answers every call with the same small output. */
const OUTPUT = { nothing: 'x'.repeat(300) };

export default async function create() {
  return { call: async () => ({ output: OUTPUT }) };
}
