export const from = "web";
