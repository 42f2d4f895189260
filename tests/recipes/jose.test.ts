import { recipeContract } from './support/recipe-contract.ts'
import { startRecipe } from './support/start-recipe.ts'

recipeContract({
  section: 'Node.js with jose',
  start: (around) => startRecipe(() => [process.execPath, 'tests/recipes/jose/server.ts'], around),
  takesProvider: true,
})
