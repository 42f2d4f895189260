import { recipeContract } from './support/recipe-contract.ts'
import { startRecipe } from './support/start-recipe.ts'

recipeContract({
  section: 'Fastify',
  start: (around) => startRecipe(() => [process.execPath, 'tests/recipes/fastify/server.ts'], around),
})
