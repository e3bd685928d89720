import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin, type UserConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Vite leaves the white space of libraries in place; source maps tell the rest. */
const output = { minify: { compress: true, mangle: true, codegen: { removeWhitespace: true } } } as const;

/** The elements find the client where everybody does, so that an application that uses both has it once. */
const clientOutside = (): Plugin => ({
  name: "client-outside",
  enforce: "pre",
  resolveId: (source, importer) =>
    source === "../client/index.js" && importer?.includes("/elements/")
      ? { id: "@hawser/client", external: true }
      : undefined,
});

/** What npm carries: one module an export, dependencies left outside. */
const asPackage = (): UserConfig => ({
  plugins: [clientOutside()],
  build: {
    outDir: "dist",
    target: "es2022",
    sourcemap: true,
    minify: true,
    lib: {
      entry: {
        index: at("client/index.ts"),
        elements: at("elements/index.ts"),
        react: at("react/index.ts"),
        testing: at("testing/index.ts"),
      },
      formats: ["es"],
    },
    rolldownOptions: { external: [/^lit/, /^@lit/, /^react/, /^@a2ui/, /^markdown-it/], output },
  },
});

/** `/hawser.js`: the client alone, as one module without imports. */
const asHawserJs = (): UserConfig => ({
  build: {
    outDir: "target/site",
    emptyOutDir: true,
    target: "es2022",
    sourcemap: true,
    minify: true,
    lib: { entry: at("client/index.ts"), formats: ["es"], fileName: () => "hawser.js" },
    rolldownOptions: { output },
  },
});

/** `/elements.js`: the components with all they need; what draws A2UI surfaces is fetched with the first one. */
const asElementsJs = (): UserConfig => ({
  build: {
    outDir: "target/site",
    emptyOutDir: false,
    target: "es2022",
    sourcemap: true,
    minify: true,
    lib: { entry: at("elements/index.ts"), formats: ["es"], fileName: () => "elements.js" },
    rolldownOptions: { output: { ...output, chunkFileNames: "assets/[name]-[hash].js" } },
  },
});

/** The pages that the gateway serves, beside `hawser.js`. Each `pages/*.html` is one. */
const asPages = (): UserConfig => {
  const pages = existsSync(at("pages")) ? readdirSync(at("pages")).filter((name) => name.endsWith(".html")) : [];
  return {
    root: at("pages"),
    build: {
      outDir: at("target/site"),
      emptyOutDir: false,
      target: "es2022",
      sourcemap: true,
      // The content security policy knows no data: fonts and no inline scripts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: pages.map((name) => at(`pages/${name}`)) },
    },
  };
};

export default defineConfig(({ mode }) => {
  switch (mode) {
    case "hawser":
      return asHawserJs();
    case "elements":
      return asElementsJs();
    case "pages":
      return asPages();
    default:
      return asPackage();
  }
});
