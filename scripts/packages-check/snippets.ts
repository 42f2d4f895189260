/** A piece of code of a README, as a file of its own. */
type Snippet = { file: string; text: string }

/**
 * The pieces of TypeScript in a README, each as a module. One whose first line is a comment with a file name
 * gets that name.
 */
export function snippetsOf(readme: string): Snippet[] {
  return [...readme.matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm)].map(([, language, code = ''], index) => {
    const named = /^\/\/ ([\w[\]/.-]+\.tsx?)\n/.exec(code)?.[1]
    const isModule = /^(import|export) /m.test(code)
    return {
      file: named ?? `snippet-${index + 1}.${language}`,
      text: isModule ? code : `${code}\nexport {}\n`,
    }
  })
}
