import tseslint from "typescript-eslint";

/** One configuration for the whole tree, no exceptions per folder. */
export default tseslint.config(
  { ignores: ["node_modules", ".cluster", ".charts", ".images", "**/*.js", "**/*.cjs"] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true, argsIgnorePattern: "^_" }],
      // fastify's handlers and Node's test doubles are async by type without awaiting anything
      "@typescript-eslint/require-await": "off",
    },
  },
);
