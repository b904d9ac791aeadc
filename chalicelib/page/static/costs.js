// What hosting costs, in USD, as docs/reference/cost.md has it.

export const IDLE_HOUR_USD = 0.00036;
export const MILLION_IMAGES_USD = 9.16;
export const WORKERS_OF_A_UNIT = 2;
