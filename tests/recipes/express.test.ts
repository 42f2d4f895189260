import { recipeContract } from './support/recipe-contract.ts'
import { startRecipe } from './support/start-recipe.ts'

recipeContract({
  section: 'Express',
  start: (around) => startRecipe(() => [process.execPath, 'tests/recipes/express/server.ts'], around),
  takesProvider: true,
})
