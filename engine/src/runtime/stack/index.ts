export type { ServiceName, ServiceNews } from "./service.ts";
export { findStack, type Stack, type StackRequest, type StackStatus, stackStatus, startStack, stopStack } from "./stack.ts";
export { trainBroker } from "./train-broker.ts";
