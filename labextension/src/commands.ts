import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { ILauncher } from '@jupyterlab/launcher';
import { DisposableSet, type IDisposable } from '@lumino/disposable';

import { choosePythonKernel, FIRST_NETWORK, notebookOf } from './firstNetwork';
import { networkIcon } from './icon';

/** The commands this extension adds. */
export namespace CommandIDs {
  /** Open a new notebook that holds a first network. Argument: `cwd`, the folder. Returns the document widget. */
  export const openFirstNotebook = 'spatialnet:open-first-notebook';
}

/** Where the commands are offered, in the palette and in the launcher. */
export const CATEGORY = 'spatialnet';

/** Services that an application may lack; each may be `null`. */
export interface IOptionalServices {
  readonly palette: ICommandPalette | null;
  readonly launcher: ILauncher | null;
  readonly fileBrowser: IDefaultFileBrowser | null;
}

/**
 * Register the commands, and offer them wherever the application has a place for it.
 *
 * @param app - The application.
 * @param services - What it may offer.
 * @returns Removes all of it again; may be disposed more than once.
 */
export function addCommands(
  app: JupyterFrontEnd,
  services: IOptionalServices
): IDisposable {
  const { palette, launcher, fileBrowser } = services;
  const added = new DisposableSet();

  added.add(
    app.commands.addCommand(CommandIDs.openFirstNotebook, {
      label: args =>
        args['isLauncher'] ? 'First Network' : 'Open a Notebook with a First Network',
      caption: 'A new notebook that describes, connects, simulates and shows a small network in space',
      icon: args => (args['isPalette'] ? undefined : networkIcon),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            cwd: { type: 'string', description: 'Folder of the new notebook' },
            isPalette: { type: 'boolean' },
            isLauncher: { type: 'boolean' }
          }
        }
      },
      execute: async args => {
        const { contents, kernelspecs } = app.serviceManager;
        await kernelspecs.ready;
        const specs = kernelspecs.specs;
        const kernel = choosePythonKernel(
          specs?.default,
          Object.values(specs?.kernelspecs ?? {})
        );
        const folder =
          (args['cwd'] as string | undefined) || fileBrowser?.model.path || '';
        const file = await contents.newUntitled({ path: folder, type: 'notebook' });
        await contents.save(file.path, {
          type: 'notebook',
          format: 'json',
          content: notebookOf(FIRST_NETWORK, kernel)
        });
        return app.commands.execute('docmanager:open', { path: file.path });
      }
    })
  );

  if (palette) {
    added.add(
      palette.addItem({
        command: CommandIDs.openFirstNotebook,
        category: CATEGORY,
        args: { isPalette: true }
      })
    );
  }
  if (launcher) {
    added.add(
      launcher.add({
        command: CommandIDs.openFirstNotebook,
        category: CATEGORY,
        args: { isLauncher: true }
      })
    );
  }
  return added;
}
