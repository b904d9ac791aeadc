// What hosting costs, in USD, as docs/reference/cost.md has it.

export const IDLE_HOUR_USD = 0.00036;
export const MILLION_IMAGES_USD = 8.81;
export const WORKERS_OF_A_UNIT = 2;

// A second of the function that compares versions, and one of that which trains them.
export const CORE_SECOND_USD = 0.0000288;
export const TRAINING_SECOND_USD = 0.000049;
