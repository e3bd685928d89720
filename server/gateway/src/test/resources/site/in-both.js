export const from = "site";
