import { recipeContract } from './support/recipe-contract.ts'
import { startRecipe } from './support/start-recipe.ts'

recipeContract({
  section: 'Hono',
  start: (around) => startRecipe(() => [process.execPath, 'tests/recipes/hono/server.ts'], around),
})
