const shape = 'relative isolate inline-block size-12 shrink-0 overflow-hidden rounded-xl'
const initial = 'absolute inset-0 -z-10 flex items-center justify-center font-semibold text-lg'
const coat = 'bg-accent/15 text-accent'
// Most logos are made for white alone. As part of a line and with a width of `auto`, a picture that does not
// load has no height, and nothing of it is seen. So what is white above and below it is its shadow.
const tile =
  'my-1 inline h-10 w-auto min-w-12 max-w-12 bg-white object-contain px-1 align-top ' +
  '[box-shadow:0_4px_#fff,0_-4px_#fff]'

/**
 * An application's initial, and over it the logo at a path of Baton's, if there is one. Its name stands
 * beside it, as it says nothing to a screen reader.
 */
export function ApplicationMark({ name, logo }: { name: string; logo?: string | undefined }) {
  return (
    <span aria-hidden="true" className={shape}>
      <span className={`${initial} ${coat}`}>{[...name][0]?.toUpperCase()}</span>
      {logo !== undefined && (
        <span className="block text-[0px]">
          <img src={logo} alt="" className={tile} />
        </span>
      )}
    </span>
  )
}
