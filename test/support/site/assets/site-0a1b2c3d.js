document.title = 'Stands for the built site, and ran';
