/** Characters of the parameters of a request, which are stored while it waits for its person. */
export const longestRequest = 4 * 1024
