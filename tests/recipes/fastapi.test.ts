import { recipeContract } from './support/recipe-contract.ts'
import { requireDebian } from './support/require-debian.ts'
import { startRecipe } from './support/start-recipe.ts'

// Debian's packages are for Debian's own Python, which need not be the first in PATH.
const python = '/usr/bin/python3'

requireDebian(['python3-authlib', 'python3-fastapi', 'python3-httpx', 'python3-uvicorn'])

recipeContract({
  section: 'FastAPI with Authlib',
  start(around) {
    const command = [python, '-m', 'uvicorn', '--app-dir', 'tests/recipes/fastapi', 'app:app'] as const
    return startRecipe((port) => [...command, '--port', port], around)
  },
  takesProvider: true,
})
