// Odoo's own rules (web/tooling/_eslintrc.json), as a flat config.
import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import globals from "globals";

export default [
    { ignores: ["**/node_modules/", "static/lib/"] },
    { linterOptions: { reportUnusedDisableDirectives: "error" } },
    js.configs.recommended,
    prettier,
    {
        files: ["static/src/worker/*.js"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "script",
            globals: { ...globals.serviceworker, club: "readonly" },
        },
        rules: { curly: ["error", "all"], "no-unused-vars": "error" },
    },
    {
        files: ["static/**/*.js"],
        ignores: ["static/src/worker/**"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            globals: { ...globals.browser, odoo: "readonly", luxon: "readonly", Chart: "readonly" },
        },
        rules: {
            "no-restricted-globals": ["error", "event", "self"],
            "no-duplicate-imports": "error",
            "no-unused-vars": ["error", { vars: "all", args: "none", caughtErrors: "all" }],
            curly: ["error", "all"],
            "no-restricted-syntax": ["error", "PrivateIdentifier"],
            "prefer-const": ["error", { destructuring: "all", ignoreReadBeforeAssign: true }],
            "arrow-body-style": ["error", "as-needed"],
        },
    },
];
