/** The outside services of the marketplace case: the catalogue, and the payment service. */
import type { JsonObject } from '../../target/target.ts';
import type { CreateSimulators } from '../../world/world.ts';
import { createFates } from '../kit/world/idFates.ts';
import { textIn } from '../kit/world/questions.ts';
import { failed, SILENCE } from '../kit/world/replies.ts';
import { scriptedWorld } from '../kit/world/scriptedWorld.ts';
import { createCarryOut } from './world/carryOut.ts';
import { createCatalogue } from './world/catalogue.ts';
import { createChargeBooks } from './world/chargeBooks.ts';
import { createCallIds, isWorldOperation } from './world/operations.ts';
import { createPaymentService } from './world/paymentService.ts';
import type { ChargeFilter, OwnBehaviour, WorldOperationName } from './worldQuestions.ts';

export const createSimulators: CreateSimulators = () => {
  const catalogue = createCatalogue();
  const books = createChargeBooks();
  const carryOut = createCarryOut(catalogue, createPaymentService(books));
  const fateOf = createFates();
  const ids = createCallIds(books);

  const scripted = scriptedWorld<WorldOperationName, OwnBehaviour>({
    title: 'marketplace',
    isOperation: isWorldOperation,
    scriptId: ids.scriptId,
    idsOf: ids.idsOf,
    carryOut,
    asUsual(operation, input) {
      if (operation !== 'createCharge') return carryOut(operation, input);
      const [methodId, reference] = [String(input['methodId']), String(input['reference'])];
      const fate = fateOf(methodId, reference, books.find(reference) !== undefined);
      if (fate === 'refused') return failed(503);
      const reply = carryOut(operation, input);
      return fate === 'silent' ? SILENCE : reply;
    },
    canHave: (operation, kind) => operation === 'createCharge' && kind === 'decline',
    behave: (_decline, operation, input) => carryOut(operation, input, true),
    questions: {
      setItem(question) {
        catalogue.set(textIn(question, 'productId'), question['item']);
        return null;
      },
      item: (question) => catalogue.item(textIn(question, 'productId')) as JsonObject | null,
      charges: (question) => books.list(filterIn(question)).map((charge) => ({ ...charge })),
    },
  });
  return {
    call(call) {
      ids.note(call.operation, call.input);
      return scripted.call(call);
    },
    ask: scripted.ask,
  };
};

function filterIn({ reference, customerId, methodId }: JsonObject): ChargeFilter {
  return {
    ...(typeof reference === 'string' && { reference }),
    ...(typeof customerId === 'string' && { customerId }),
    ...(typeof methodId === 'string' && { methodId }),
  };
}
