$(
  lpc.mm: the axioms under which Metamath re-checks derivations of lpc.

  A database that lpc writes is this text, byte for byte, followed by theorems and their proofs.
  It holds no further axiom.  Whoever believes the axioms below, and Metamath, need not believe
  lpc: neither its search nor the program that wrote the proofs.

  What the symbols mean
  ---------------------
  Fix finitely many random variables with a joint probability p.  A joint value gives each
  variable one of the values it takes with positive probability.

  set   a string of digits 0 and 1, closed by a full stop: the set of the variables at whose
        position a 1 stands.  All strings of a theorem have the same length.
  num   a number that depends on the joint value: p x is the probability that the variables of
        the set x have the values they have there; 1/p x is its reciprocal, and 0 where p x is
        0; P x | y is a conditional probability.
  ctx   a list of sets, closed by nil.

  |- x \/ y == z      z is the union of x and y
  |- x # y            x and y have no variable in common
  |- empty x          x has no variable
  |- x _||_ y | z     conditional independence: p xyz * p z = p xz * p yz at every joint value,
                      where xyz is the union of x, y and z.  The sets may overlap.
                      x _||_ x | z says that x is a function of z.
  |- pos x            p x is positive at every joint value
  |- G : a = b        a = b at every joint value at which p x is positive for each x in G
  |- G >> x           x is empty, or part of a member of G: p x > 0 wherever G is positive
  |- G >>> H          G >> x for every member x of H
  |- w ## a           a does not depend on the values of the variables in w
  |- w #c G           no member of G has a variable of w
$)

$c |- set num ctx $.
$c 0 1 . \/ == # empty _||_ | pos $.
$c one p 1/p P ( * ) nil ; : = >> >>> ## #c $.

$v x y z w u v m n s t r $.
$v a b c d $.
$v G H $.

$( Sets $)
fx $f set x $.   fy $f set y $.   fz $f set z $.   fw $f set w $.   fu $f set u $.   fv $f set v $.
fm $f set m $.   fn $f set n $.
fs $f set s $.   ft $f set t $.   fr $f set r $.
$( Numbers and lists $)
fa $f num a $.   fb $f num b $.   fc $f num c $.   fd $f num d $.
fG $f ctx G $.   fH $f ctx H $.

$( ---------------------------------------------------------------------------------------- $)
$( How sets, numbers and lists are written. $)

set.end $a set . $.
set.0 $a set 0 x $.
set.1 $a set 1 x $.
num.one $a num one $.
num.p $a num p x $.
num.r $a num 1/p x $.
num.c $a num P x | y $.
num.m $a num ( a * b ) $.
ctx.nil $a ctx nil $.
ctx.add $a ctx x ; G $.

$( ---------------------------------------------------------------------------------------- $)
$( Sets, digit by digit.  "x is part of y" is written x \/ y == y. $)

un.end $a |- . \/ . == . $.
${ un.h $e |- x \/ y == z $.
   un.00 $a |- 0 x \/ 0 y == 0 z $.
   un.01 $a |- 0 x \/ 1 y == 1 z $.
   un.10 $a |- 1 x \/ 0 y == 1 z $.
   un.11 $a |- 1 x \/ 1 y == 1 z $. $}
dj.end $a |- . # . $.
${ dj.h $e |- x # y $.
   dj.00 $a |- 0 x # 0 y $.
   dj.01 $a |- 0 x # 1 y $.
   dj.10 $a |- 1 x # 0 y $. $}
em.end $a |- empty . $.
${ em.h $e |- empty x $.
   em.0 $a |- empty 0 x $. $}

$( ---------------------------------------------------------------------------------------- $)
$( Independence: the axioms of a separoid (A. P. Dawid, Separoids: a mathematical framework for
   conditional independence and irrelevance, Ann. Math. Artif. Intell. 32 (2001) 335-372).
   They are the semi-graphoid rules for sets that may overlap, and hold whatever kind of
   values the variables have, discrete or continuous.  That a function of z is independent of
   everything given z follows from them. $)

$( Symmetry. $)
${ sym.1 $e |- x _||_ y | z $.
   sym $a |- y _||_ x | z $. $}
$( What is known already says nothing new. $)
known $a |- x _||_ y | y $.
$( Decomposition. $)
${ dec.1 $e |- x _||_ y | z $.
   dec.2 $e |- w \/ y == y $.
   dec $a |- x _||_ w | z $. $}
$( Weak union. $)
${ wun.1 $e |- x _||_ y | z $.
   wun.2 $e |- w \/ y == y $.
   wun.3 $e |- z \/ w == v $.
   wun $a |- x _||_ y | v $. $}
$( Contraction. $)
${ con.1 $e |- x _||_ y | z $.
   con.2 $e |- x _||_ w | v $.
   con.3 $e |- z \/ y == v $.
   con.4 $e |- y \/ w == u $.
   con $a |- x _||_ u | z $. $}

$( ---------------------------------------------------------------------------------------- $)
$( Contexts: where an equation is asserted. $)

${ in.h $e |- x \/ y == y $.
   in.head $a |- y ; G >> x $. $}
${ in.t $e |- G >> x $.
   in.tail $a |- y ; G >> x $. $}
${ in.e $e |- empty x $.
   in.empty $a |- G >> x $. $}
all.nil $a |- G >>> nil $.
${ all.1 $e |- G >> x $.
   all.2 $e |- G >>> H $.
   all.add $a |- G >>> x ; H $. $}

$( ---------------------------------------------------------------------------------------- $)
$( Products: a commutative monoid, at each joint value. $)

eq.id $a |- G : a = a $.
${ eq.s1 $e |- G : a = b $.
   eq.sym $a |- G : b = a $. $}
${ eq.t1 $e |- G : a = b $.
   eq.t2 $e |- G : b = c $.
   eq.tr $a |- G : a = c $. $}
${ eq.m1 $e |- G : a = b $.
   eq.m2 $e |- G : c = d $.
   eq.mul $a |- G : ( a * c ) = ( b * d ) $. $}
eq.com $a |- G : ( a * b ) = ( b * a ) $.
eq.ass $a |- G : ( ( a * b ) * c ) = ( a * ( b * c ) ) $.
eq.one $a |- G : ( one * a ) = a $.

$( The probability of no event at all is 1. $)
${ pe.1 $e |- empty x $.
   p.empty $a |- G : p x = one $. $}
$( Conditional probability.  Where p y is 0 both sides are 0 by convention; a statement with
   P x | y in it has y in its context, so that nothing rests on the convention. $)
${ pc.1 $e |- x \/ y == z $.
   p.cond $a |- G : P x | y = ( p z * 1/p y ) $. $}
$( What is positive can be cancelled: p y > 0 and x part of y give p x > 0. $)
${ pi.1 $e |- G >> x $.
   p.inv $a |- G : ( p x * 1/p x ) = one $. $}
$( An equation may be asserted at fewer joint values. $)
${ pw.1 $e |- H : a = b $.
   pw.2 $e |- G >>> H $.
   eq.weak $a |- G : a = b $. $}

$( ---------------------------------------------------------------------------------------- $)
$( Positivity. $)

${ pos.1 $e |- pos x $.
   pos.2 $e |- y \/ x == x $.
   pos.part $a |- pos y $. $}
${ pos.3 $e |- pos x $.
   pos.4 $e |- x ; G : a = b $.
   pos.use $a |- G : a = b $. $}

$( ---------------------------------------------------------------------------------------- $)
$( Independence and products.  In the second direction: where p xz or p yz is 0, so is p xyz,
   and the defining equation holds as 0 = 0. $)

${ ip.1 $e |- x \/ z == s $.
   ip.2 $e |- y \/ z == t $.
   ip.3 $e |- x \/ t == r $.
   ${ ip.4 $e |- x _||_ y | z $.
      ind.eq $a |- G : ( p r * p z ) = ( p s * p t ) $. $}
   ${ ip.5 $e |- s ; t ; nil : ( p r * p z ) = ( p s * p t ) $.
      eq.ind $a |- x _||_ y | z $. $} $}

$( ---------------------------------------------------------------------------------------- $)
$( Summation over the values of the variables in w: the sum of p x is p m when x is m and w
   together.  (For discrete variables, whose sums converge.) $)

fr.one $a |- w ## one $.
${ fr.1 $e |- w # x $.
   fr.p $a |- w ## p x $.
   fr.r $a |- w ## 1/p x $. $}
${ fr.2 $e |- w ## a $.
   fr.3 $e |- w ## b $.
   fr.m $a |- w ## ( a * b ) $. $}
fc.nil $a |- w #c nil $.
${ fc.1 $e |- w # x $.
   fc.2 $e |- w #c G $.
   fc.add $a |- w #c x ; G $. $}
${ sum.1 $e |- G : ( p x * a ) = ( p y * b ) $.
   sum.2 $e |- m \/ w == x $.
   sum.3 $e |- w # m $.
   sum.4 $e |- n \/ w == y $.
   sum.5 $e |- w # n $.
   sum.6 $e |- w ## a $.
   sum.7 $e |- w ## b $.
   sum.8 $e |- w #c G $.
   sum $a |- G : ( p m * a ) = ( p n * b ) $. $}

$( End of the axioms.  What follows was written by a program and is proved. $)
