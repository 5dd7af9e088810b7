/** The fonts of all pictures, from npm packages: the same on every machine. */
import { createRequire } from "node:module";
import { once } from "../../base/once.js";

const require = createRequire(import.meta.url);
const openSans = (face: string) => require.resolve(`@expo-google-fonts/open-sans/${face}`);

/** For resvg. DejaVu has the glyphs that Open Sans lacks, such as arrows and some mathematical signs. */
export const fontOptions = once(() => ({
  loadSystemFonts: false,
  fontFiles: [
    openSans("400Regular/OpenSans_400Regular.ttf"),
    openSans("700Bold/OpenSans_700Bold.ttf"),
    openSans("400Regular_Italic/OpenSans_400Regular_Italic.ttf"),
    require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
  ],
  defaultFontFamily: "Open Sans",
  sansSerifFamily: "Open Sans",
}));
