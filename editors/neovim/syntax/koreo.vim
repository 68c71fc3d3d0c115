" Koreo: YAML with CEL expressions in it, without Tree-sitter. The server's semantic tokens refine what is here.
if exists('b:current_syntax')
  finish
endif
runtime! syntax/yaml.vim
unlet! b:current_syntax

" An expression is a scalar that begins with `=`: plain, in quotes, or a block.
syntax match koreoEquals /=/ contained
syntax region koreoPlain matchgroup=koreoEquals start=/\%(:\s\+\|-\s\+\|[,\[{]\s*\)\@<==/ end=/\s\+#\@=\|$/ oneline contains=@koreoCel containedin=ALLBUT,koreoPlain,koreoDouble,koreoSingle,koreoBlock,yamlComment,@koreoCel
syntax region koreoDouble matchgroup=koreoEquals start=/\%(:\s\+\|-\s\+\|[,\[{]\s*\)\@<="=/ skip=/\\\\\|\\"/ end=/"/ contains=@koreoCel containedin=ALLBUT,koreoPlain,koreoDouble,koreoSingle,koreoBlock,yamlComment,@koreoCel
syntax region koreoSingle matchgroup=koreoEquals start=/\%(:\s\+\|-\s\+\|[,\[{]\s*\)\@<='=/ skip=/''/ end=/'/ contains=@koreoCel containedin=ALLBUT,koreoPlain,koreoDouble,koreoSingle,koreoBlock,yamlComment,@koreoCel
syntax region koreoBlock matchgroup=koreoEquals start=/^\z(\s\+\)=/ skip=/^\z1\|^\s*$/ end=/^/me=s-1 contains=@koreoCel containedin=yamlBlockString

syntax cluster koreoCel contains=koreoString,koreoNumber,koreoConstant,koreoScope,koreoFunction,koreoOperator,koreoMember
syntax match koreoOperator /&&\|||\|[!=<>]=\|[-+*\/%<>!?:]/ contained
syntax match koreoMember /\.\s*\zs\h\w*/ contained
syntax match koreoFunction /\h\w*\ze\s*(/ contained
syntax match koreoNumber /\<\d\+\%(\.\d\+\)\?\%([eE][-+]\?\d\+\)\?u\?\>/ contained
syntax keyword koreoConstant true false null in contained
syntax keyword koreoScope inputs locals parent steps resource value template context contained
syntax region koreoString start=/"/ skip=/\\\\\|\\"/ end=/"/ oneline contained
syntax region koreoString start=/'/ skip=/\\\\\|\\'/ end=/'/ oneline contained

highlight default link koreoEquals Special
highlight default link koreoOperator Operator
highlight default link koreoMember Identifier
highlight default link koreoFunction Function
highlight default link koreoNumber Number
highlight default link koreoConstant Constant
highlight default link koreoScope Keyword
highlight default link koreoString String

let b:current_syntax = 'koreo'
